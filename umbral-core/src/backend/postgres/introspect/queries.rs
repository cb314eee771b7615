//! Queries over `pg_catalog`. Each one looks at the current schema alone, and leaves out what belongs to extensions
//! and the partitions of partitioned tables.

/// Table, column, type, whether NULL is allowed, whether it is an identity, default, collation where it is not the type's,
/// the column's comment, the table's, what it is generated from and whether that is stored, the labels of its enum where
/// that is of the current schema. A table without columns is one row of NULLs. A generated column's expression is no
/// default.
pub(super) const COLUMNS: &str = "\
SELECT c.relname, a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod), NOT a.attnotnull, a.attidentity <> '', \
CASE WHEN a.attgenerated = '' THEN pg_catalog.pg_get_expr(d.adbin, d.adrelid) END, \
CASE WHEN a.attcollation <> t.typcollation THEN co.collname END, \
pg_catalog.col_description(c.oid, a.attnum), pg_catalog.obj_description(c.oid, 'pg_class'), \
CASE WHEN a.attgenerated <> '' THEN pg_catalog.pg_get_expr(d.adbin, d.adrelid) END, a.attgenerated = 's', \
(SELECT pg_catalog.string_agg('''' || pg_catalog.replace(l.enumlabel, '''', '''''') || '''', ', ' ORDER BY l.enumsortorder) \
FROM pg_catalog.pg_enum l JOIN pg_catalog.pg_type e ON e.oid = l.enumtypid \
WHERE e.oid = CASE WHEN t.typelem <> 0 THEN t.typelem ELSE t.oid END AND e.typnamespace = n.oid) \
FROM pg_catalog.pg_class c \
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped \
LEFT JOIN pg_catalog.pg_type t ON t.oid = a.atttypid \
LEFT JOIN pg_catalog.pg_collation co ON co.oid = a.attcollation \
LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum \
WHERE n.nspname = pg_catalog.current_schema() AND c.relkind IN ('r', 'p') AND NOT c.relispartition \
AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_depend e WHERE e.classid = 'pg_catalog.pg_class'::pg_catalog.regclass \
AND e.objid = c.oid AND e.deptype = 'e') \
ORDER BY c.relname, a.attnum";

/// Table, name, kind, column, expression, referenced table and column, action on delete and on update, whether it can be
/// deferred and is, whether NULLs are distinct: one row for each column. A table of another schema is named with it.
pub(super) const CONSTRAINTS: &str = "\
SELECT c.relname, k.conname, k.contype, a.attname, \
CASE WHEN k.contype = 'c' THEN pg_catalog.pg_get_expr(k.conbin, k.conrelid) END, \
CASE WHEN f.relnamespace = c.relnamespace THEN f.relname::text ELSE fn.nspname || '.' || f.relname END, \
fa.attname, k.confdeltype, k.confupdtype, k.condeferrable, k.condeferred, \
COALESCE((pg_catalog.to_jsonb(ki) ->> 'indnullsnotdistinct')::bool, FALSE) \
FROM pg_catalog.pg_constraint k \
JOIN pg_catalog.pg_class c ON c.oid = k.conrelid \
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
LEFT JOIN pg_catalog.pg_index ki ON ki.indexrelid = k.conindid AND k.contype = 'u' \
LEFT JOIN LATERAL ROWS FROM (pg_catalog.unnest(k.conkey), pg_catalog.unnest(k.confkey)) \
WITH ORDINALITY AS part(own, referenced, position) ON TRUE \
LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = part.own \
LEFT JOIN pg_catalog.pg_class f ON f.oid = k.confrelid AND k.contype = 'f' \
LEFT JOIN pg_catalog.pg_namespace fn ON fn.oid = f.relnamespace \
LEFT JOIN pg_catalog.pg_attribute fa ON fa.attrelid = k.confrelid AND fa.attnum = part.referenced \
WHERE n.nspname = pg_catalog.current_schema() AND k.contype IN ('p', 'u', 'c', 'f') AND k.conislocal \
ORDER BY c.relname, k.conname, part.position";

/// Table, name, whether it is unique, predicate, column or expression, whether it descends, whether NULLs come first,
/// method, whether it is a column that is only carried, whether NULLs are distinct, operator class where it is not the usual
/// one, whether it is an exclusion constraint's, and of that the operator, whether it can be deferred and is: one row for
/// each key. Not those that other constraints imply. PostgreSQL before 15 has no word for what is distinct.
pub(super) const INDEXES: &str = "\
SELECT c.relname, ic.relname, i.indisunique, pg_catalog.pg_get_expr(i.indpred, i.indrelid), a.attname, \
pg_catalog.pg_get_indexdef(i.indexrelid, key.position, FALSE), i.indoption[key.position - 1] & 1 = 1, \
i.indoption[key.position - 1] & 2 = 2, am.amname, key.position > i.indnkeyatts, \
COALESCE((pg_catalog.to_jsonb(i) ->> 'indnullsnotdistinct')::bool, FALSE), \
CASE WHEN NOT oc.opcdefault THEN oc.opcname END, k.oid IS NOT NULL, o.oprname, k.condeferrable, k.condeferred \
FROM pg_catalog.pg_index i \
JOIN pg_catalog.pg_class ic ON ic.oid = i.indexrelid \
JOIN pg_catalog.pg_am am ON am.oid = ic.relam AND am.amname IN ('btree', 'hash', 'gin', 'gist', 'spgist', 'brin') \
JOIN pg_catalog.pg_class c ON c.oid = i.indrelid \
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
CROSS JOIN LATERAL pg_catalog.generate_series(1, i.indnatts) AS key(position) \
LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = i.indkey[key.position - 1] AND a.attnum > 0 \
LEFT JOIN pg_catalog.pg_opclass oc ON oc.oid = i.indclass[key.position - 1] \
LEFT JOIN pg_catalog.pg_constraint k ON k.conindid = i.indexrelid AND k.contype = 'x' \
LEFT JOIN pg_catalog.pg_operator o ON o.oid = k.conexclop[key.position] \
WHERE n.nspname = pg_catalog.current_schema() AND c.relkind IN ('r', 'p') AND i.indisvalid AND NOT i.indisprimary \
AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_constraint u WHERE u.conindid = i.indexrelid AND u.contype = 'u') \
ORDER BY c.relname, ic.relname, key.position";

/// Kind, name, table and text of every index, trigger and view, in the order in which they were made.
pub(super) const OBJECTS: &str = "\
SELECT kind, name, relation, sql FROM (\
SELECT 'index' AS kind, ic.relname AS name, c.relname AS relation, \
CASE WHEN EXISTS (SELECT 1 FROM pg_catalog.pg_constraint k WHERE k.conindid = i.indexrelid AND k.contype <> 'f') \
THEN '' ELSE pg_catalog.pg_get_indexdef(i.indexrelid) END AS sql, i.indexrelid AS made \
FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class ic ON ic.oid = i.indexrelid \
JOIN pg_catalog.pg_class c ON c.oid = i.indrelid \
WHERE c.relnamespace = pg_catalog.current_schema()::pg_catalog.regnamespace AND c.relkind IN ('r', 'p') \
UNION ALL \
SELECT 'trigger', t.tgname, c.relname, pg_catalog.pg_get_triggerdef(t.oid), t.oid \
FROM pg_catalog.pg_trigger t JOIN pg_catalog.pg_class c ON c.oid = t.tgrelid \
WHERE c.relnamespace = pg_catalog.current_schema()::pg_catalog.regnamespace AND NOT t.tgisinternal \
UNION ALL \
SELECT 'view', c.relname, c.relname, CASE c.relkind WHEN 'm' THEN 'CREATE MATERIALIZED VIEW ' ELSE 'CREATE VIEW ' END \
|| pg_catalog.quote_ident(c.relname) || ' AS ' || pg_catalog.pg_get_viewdef(c.oid), c.oid \
FROM pg_catalog.pg_class c \
WHERE c.relnamespace = pg_catalog.current_schema()::pg_catalog.regnamespace AND c.relkind IN ('v', 'm')\
) objects ORDER BY made, kind, name";
