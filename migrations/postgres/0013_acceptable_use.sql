-- What is done about misuse: users are warned, and lose the right to send.

ALTER TABLE users ADD COLUMN sending_suspended_at BIGINT; -- since when he may not send; NULL: he may

CREATE TABLE warnings (
    id          UUID   PRIMARY KEY NOT NULL,
    tenant_id   UUID   NOT NULL REFERENCES tenants (id),
    user_id     UUID   NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    given_by    UUID  ,                        -- NULL: the operator
    text        BYTEA  NOT NULL,               -- sealed under the tenant key
    created_at  BIGINT NOT NULL
);
CREATE INDEX warnings_of_user ON warnings (user_id, id);
