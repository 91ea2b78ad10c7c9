-- a copy of the database must not speak to Google in the company's name
UPDATE google_ads_account
   SET service_account_json = NULL,
       oauth_client_id = NULL,
       oauth_client_secret = NULL,
       oauth_refresh_token = NULL,
       key_entered_at = NULL,
       login_at = NULL,
       login_ends_at = NULL,
       state = 'draft',
       pause_reason = NULL,
       next_delivery_at = NULL;

-- nor name its events as the company's own: what a copy reports, takes back or restates would be
-- taken for the company's, whose database has the same uuid
INSERT INTO ir_config_parameter (key, value)
     VALUES ('conversion_tracking.copy_id', substr(md5(random()::text || clock_timestamp()), 1, 8))
ON CONFLICT (key) DO UPDATE SET value = excluded.value;

UPDATE google_ads_conversion
   SET transaction_id = regexp_replace(
           transaction_id,
           '^odoo-[^-]+-',
           'odoo-' || (SELECT value FROM ir_config_parameter
                        WHERE key = 'conversion_tracking.copy_id') || '-'
       );
