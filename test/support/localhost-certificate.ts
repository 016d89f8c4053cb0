/**
 * A certificate for localhost and 127.0.0.1 that nobody trusts, until 2126, and its key. For tests of TLS only: made once by
 * `openssl req -x509 -newkey ec … -addext subjectAltName=DNS:localhost,IP:127.0.0.1`.
 */
export const localhostCertificate = {
  key: `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgJqsrJUSZK6ZZShnl
oVcKsnYLg6iArS6nlsnNvy6hPJKhRANCAAR1USYRkINRTm8pdSUQBoBWV2fItxs7
Iief31+gOQtYaSZThWote04syySnoQ9LfrnyTu7PBnFLbU55pcv+bJK2
-----END PRIVATE KEY-----
`,
  cert: `-----BEGIN CERTIFICATE-----
MIIBmjCCAUGgAwIBAgIUNa+dKU5J6bd9GaKASzhyTHnC/tUwCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyMTA3Mzk0MFoYDzIxMjYxMDI4
MDczOTQwWjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAAR1USYRkINRTm8pdSUQBoBWV2fItxs7Iief31+gOQtYaSZThWote04s
yySnoQ9LfrnyTu7PBnFLbU55pcv+bJK2o28wbTAdBgNVHQ4EFgQUV4PexDsjjVPV
SZ5W5oXF+z6SfSwwHwYDVR0jBBgwFoAUV4PexDsjjVPVSZ5W5oXF+z6SfSwwDwYD
VR0TAQH/BAUwAwEB/zAaBgNVHREEEzARgglsb2NhbGhvc3SHBH8AAAEwCgYIKoZI
zj0EAwIDRwAwRAIgEbq9ty2c5xcAWPXGJuwolEsR0/dCHj9cSDFb5nMQ6mMCID53
rhtA3yKtfS9OY0yYuxgPSyxigNL/sXPtZiDbHdDU
-----END CERTIFICATE-----
`,
} as const;
