-- Roles for the cache. The owner of the database runs this once, after the statements of postgresTables().

-- For Workers, and for programs that invalidate and prune: no right to create, change or drop tables.
CREATE ROLE cache_worker LOGIN;
GRANT USAGE ON SCHEMA activity_cache TO cache_worker;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA activity_cache TO cache_worker;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA activity_cache TO cache_worker;

-- For programs that only read: lists and statistics, and Workers with `access: 'read'`.
CREATE ROLE cache_reader LOGIN;
GRANT USAGE ON SCHEMA activity_cache TO cache_reader;
GRANT SELECT ON ALL TABLES IN SCHEMA activity_cache TO cache_reader;
