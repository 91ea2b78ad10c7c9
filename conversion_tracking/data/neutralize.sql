-- a copy of the database must not speak to Google in the company's name
UPDATE google_ads_account
   SET service_account_json = NULL,
       oauth_client_id = NULL,
       oauth_client_secret = NULL,
       oauth_refresh_token = NULL,
       state = 'draft',
       pause_reason = NULL,
       next_delivery_at = NULL;
