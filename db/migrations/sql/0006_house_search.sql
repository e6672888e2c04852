-- Houses found by words of their address, and by who owns or manages them.

CREATE INDEX address_house_text_idx ON address USING gin (text gin_trgm_ops) WHERE level = 'house';
CREATE INDEX house_county_owner_id_idx ON house (county, owner_id);
CREATE INDEX house_county_manager_id_idx ON house (county, manager_id);
CREATE INDEX stop_county_house_id_idx ON stop (county, house_id);
