-- Orders and what can be done with them.
CREATE SCHEMA IF NOT EXISTS shop;
SET search_path = shop;

/* The orders. */
CREATE TABLE shop.orders (
    id          bigserial PRIMARY KEY,
    customer_id integer NOT NULL REFERENCES customers (id) ON DELETE CASCADE, -- who ordered
    total       numeric(10, 2) DEFAULT 0 CHECK (total >= 0),
    "placed at" timestamptz DEFAULT now(),
    CONSTRAINT orders_customer UNIQUE (customer_id, total)
);

CREATE TEMPORARY TABLE IF NOT EXISTS `lines` (id INT, name VARCHAR(20) DEFAULT 'a, b (c');

CREATE UNIQUE INDEX CONCURRENTLY orders_total ON shop.orders (total DESC);

CREATE OR REPLACE VIEW open_orders AS
SELECT * FROM shop.orders WHERE total > 0;

CREATE MATERIALIZED VIEW totals AS SELECT sum(total) FROM shop.orders;

-- Places an order.
CREATE OR REPLACE FUNCTION shop.place(customer integer, OUT result bigint)
RETURNS bigint
LANGUAGE plpgsql
AS $body$
DECLARE
    local integer := 1;
BEGIN
    CREATE TABLE never_seen (id int);
    INSERT INTO shop.orders (customer_id) VALUES (customer);
    RETURN local;
END;
$body$;

CREATE PROCEDURE ship(IN order_id INT)
BEGIN
    IF order_id > 0 THEN
        UPDATE orders SET total = CASE WHEN total > 1 THEN 1 ELSE 0 END;
    END IF;
END;

CREATE TRIGGER orders_changed
    AFTER UPDATE ON shop.orders
    FOR EACH ROW EXECUTE FUNCTION shop.place();

CREATE TYPE status AS ENUM ('open', 'paid');
CREATE SEQUENCE order_numbers START 100;
ALTER TABLE shop.orders ADD COLUMN note text;
INSERT INTO shop.orders (id) VALUES (1);
CREATE EXTENSION IF NOT EXISTS "uuid-ossp";
