"""What the sandbox's first world contains, by the names that tests use for it."""

from hashlib import sha256

CUSTOMER = "1234567890"
MANAGER = "1112223333"
UK_CUSTOMER = "2345678901"
LEADS = "6490000002"  # a conversion action that counts one
SALES = "6490000003"  # one that counts every
GCLID = "Cj0KCQiA-demo-Click_1"  # clicked eight hours ago
SERVICE_ACCOUNT = "conversion-tracking@tulip-solar-crm.iam.gserviceaccount.com"
ANN = sha256(b"ann@example.com").hexdigest()  # the person behind one of the clicks
