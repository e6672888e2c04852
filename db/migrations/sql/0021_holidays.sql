-- Years of holidays and moved workdays that a county enters beside those that come with the product, and the event by which
-- the deadline of an open ticket follows them.

CREATE TABLE holiday_year (
    county CHAR(6) NOT NULL,
    year SMALLINT NOT NULL,
    source TEXT NOT NULL,
    holidays DATE[] NOT NULL,
    workdays DATE[] NOT NULL,
    entered_at TIMESTAMP WITH TIME ZONE NOT NULL,
    account_id BIGINT,
    CONSTRAINT holiday_year_pkey PRIMARY KEY (county, year),
    CONSTRAINT holiday_year_county_account_id_fkey FOREIGN KEY(county, account_id) REFERENCES account (county, id),
    CONSTRAINT holiday_year_source_check CHECK (source <> ''),
    CONSTRAINT holiday_year_year_check CHECK (year BETWEEN 2000 AND 2100),
    CONSTRAINT holiday_year_holidays_check CHECK (cardinality(holidays) > 0 AND NOT holidays && workdays)
);

INSERT INTO ticket_transition (event, from_state, to_state)
SELECT 'recount', state, state FROM unnest(ARRAY[
    'REPORTED', 'VERIFIED', 'FILED', 'DISPATCHED', 'ACCEPTED', 'RETURNED', 'RULING', 'RECTIFYING', 'EXTENSION_REQ',
    'SUBMITTED', 'RECHECK', 'REWORK', 'SUSPENDED', 'REFERRED', 'ESCALATED'
]) state;
