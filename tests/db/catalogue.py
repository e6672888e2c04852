"""What PostgreSQL itself says a schema holds, as plain texts that two schemas can be compared by."""

from sqlalchemy import Connection, text

COLUMNS = """
SELECT format('%s.%s', c.relname, a.attname) AS name,
       concat_ws(' ', format_type(a.atttypid, a.atttypmod), CASE WHEN a.attnotnull THEN 'NOT NULL' END,
                 'DEFAULT ' || pg_get_expr(d.adbin, d.adrelid),
                 'GENERATED ' || nullif(CAST(a.attgenerated AS text), ''),
                 'IDENTITY ' || nullif(CAST(a.attidentity AS text), '')) AS text
FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid AND c.relkind = 'r'
LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
WHERE c.relnamespace = CAST(:schema AS regnamespace) AND a.attnum > 0 AND NOT a.attisdropped
  AND NOT EXISTS (SELECT FROM pg_depend p WHERE p.classid = 'pg_class'::regclass AND p.objid = c.oid
                  AND p.deptype = 'e')
"""
INDEXES = """
SELECT i.relname AS name, replace(pg_get_indexdef(i.oid), ' ON ' || :schema || '.', ' ON ') AS text
FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class c ON c.oid = x.indrelid
WHERE c.relnamespace = CAST(:schema AS regnamespace)
  AND NOT EXISTS (SELECT FROM pg_depend p WHERE p.classid = 'pg_class'::regclass AND p.objid = c.oid
                  AND p.deptype = 'e')
"""
CONSTRAINTS = """
SELECT format('%s.%s', c.relname, k.conname) AS name,
       replace(pg_get_constraintdef(k.oid), 'REFERENCES ' || :schema || '.', 'REFERENCES ') AS text
FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
WHERE c.relnamespace = CAST(:schema AS regnamespace)
  AND NOT EXISTS (SELECT FROM pg_depend p WHERE p.classid = 'pg_class'::regclass AND p.objid = c.oid
                  AND p.deptype = 'e')
"""
BOOKKEEPING = ("alembic_version",)


def catalogue(connection: Connection, schema: str) -> dict[str, str]:
    """Every column, index and constraint of a schema: its name to its text, extensions' and Alembic's own left out."""
    told: dict[str, str] = {}
    for kind, query in (("column", COLUMNS), ("index", INDEXES), ("constraint", CONSTRAINTS)):
        for name, definition in connection.execute(text(query), {"schema": schema}):
            if not name.startswith(BOOKKEEPING):
                told[f"{kind} {name}"] = definition
    return told


def differences(one: dict[str, str], other: dict[str, str]) -> list[str]:
    """Every name whose text is not the same in both, with both texts; nothing when the schemas are equal."""
    return [
        f"{name}: {one.get(name, 'absent')} | {other.get(name, 'absent')}"
        for name in sorted(one.keys() | other.keys())
        if one.get(name) != other.get(name)
    ]
