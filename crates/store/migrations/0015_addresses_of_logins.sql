-- Where a login has been proven from before, looked up while its source is held back. It is small beside the log.
CREATE INDEX audit_of_signing_in ON audit (user_id, at) WHERE action = 'login.signed_in';
