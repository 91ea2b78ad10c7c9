"""A throw-away certificate authority, the server's certificate, a service account's key."""

import ipaddress
import json
from datetime import datetime, timedelta, timezone

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

_VALID_DAYS = 365


def pem(private_key):
    """Return a private key as unencrypted PKCS #8 PEM text."""
    return private_key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode()


def ensure_certificates(directory):
    """Write ``ca.pem`` and ``server.pem`` (key and chain) into a folder, or reuse them.

    They are reused so that a client that was told to trust ``ca.pem`` still does after a
    restart of the sandbox.

    :return: (key PEM, certificate PEM) of the server, as bytes
    """
    ca_path, server_path = directory / "ca.pem", directory / "server.pem"
    if not (ca_path.exists() and server_path.exists() and _still_valid(ca_path)):
        _write_certificates(ca_path, server_path)
    key, certificate = server_path.read_bytes().split(b"-----BEGIN CERTIFICATE-----", 1)
    return key, b"-----BEGIN CERTIFICATE-----" + certificate


def _still_valid(ca_path):
    expires = x509.load_pem_x509_certificate(ca_path.read_bytes()).not_valid_after_utc
    return expires > datetime.now(timezone.utc) + timedelta(days=1)


def _write_certificates(ca_path, server_path):
    ca_key = ec.generate_private_key(ec.SECP256R1())
    ca_name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Google sandbox test CA")])
    ca = _certificate(ca_name, ca_name, ca_key.public_key(), ca_key, is_ca=True)
    server_key = ec.generate_private_key(ec.SECP256R1())
    server_name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    server = _certificate(server_name, ca_name, server_key.public_key(), ca_key, is_ca=False)
    ca_path.write_bytes(ca.public_bytes(serialization.Encoding.PEM))
    server_path.touch(mode=0o600)
    server_path.write_bytes(
        pem(server_key).encode() + server.public_bytes(serialization.Encoding.PEM)
    )


def _certificate(subject, issuer, public_key, signing_key, *, is_ca):
    now = datetime.now(timezone.utc)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public_key)
        .serial_number(x509.random_serial_number())
        # Also for a client whose clock a demonstration has moved back.
        .not_valid_before(now - timedelta(days=_VALID_DAYS))
        .not_valid_after(now + timedelta(days=_VALID_DAYS))
        .add_extension(x509.BasicConstraints(ca=is_ca, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(signing_key.public_key()),
            critical=False,
        )
        .add_extension(_key_usage(is_ca), critical=True)
    )
    if not is_ca:
        names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
        builder = builder.add_extension(
            x509.SubjectAlternativeName(names), critical=False
        ).add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
    return builder.sign(signing_key, hashes.SHA256())


def _key_usage(is_ca):
    used = {"key_cert_sign", "crl_sign"} if is_ca else {"digital_signature"}
    names = (
        *("digital_signature", "content_commitment", "key_encipherment", "data_encipherment"),
        *("key_agreement", "key_cert_sign", "crl_sign", "encipher_only", "decipher_only"),
    )
    return x509.KeyUsage(**{name: name in used for name in names})


def ensure_service_account(directory, *, email, project_id, token_uri):
    """Write ``service_account.json`` as Google's console hands it out.

    An earlier file's key is kept, with the new ``token_uri``, so that a stored copy of
    it can still sign in after a restart on the same ports.

    :return: the file's content as a dict
    """
    path = directory / "service_account.json"
    if path.exists():
        private_key = json.loads(path.read_text())["private_key"]
    else:
        private_key = pem(rsa.generate_private_key(public_exponent=65537, key_size=2048))
    info = {
        "type": "service_account",
        "project_id": project_id,
        "private_key_id": "sandbox-key-1",
        "private_key": private_key,
        "client_email": email,
        "client_id": "104000000000000000001",
        "auth_uri": token_uri.replace("/token", "/o/oauth2/v2/auth"),
        "token_uri": token_uri,
        "universe_domain": "googleapis.com",
    }
    path.touch(mode=0o600)
    path.write_text(json.dumps(info, indent=2))
    return info
