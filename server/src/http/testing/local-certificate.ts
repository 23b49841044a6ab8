/**
 * A certificate for `localhost` and 127.0.0.1 that signs itself, and its key: for servers of tests only. Nobody trusts it who is not told to, so the
 * key keeps no secret. Valid for a hundred years.
 */
export const LOCAL_CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIBoTCCAUegAwIBAgIUFDGioxTh1A3/j8VLY4IyBlSNG0kwCgYIKoZIzj0EAwIw
FzEVMBMGA1UEAwwMSGVkZGxlIHRlc3RzMCAXDTI2MTEzMDE2NTIxMFoYDzIxMjYx
MTA2MTY1MjEwWjAXMRUwEwYDVQQDDAxIZWRkbGUgdGVzdHMwWTATBgcqhkjOPQIB
BggqhkjOPQMBBwNCAASVjqXeoAlSOvCflzKsueG4THajHSByJ5sh+irIgeWMueFo
x3iedZ2uQ+47t1aZP+Q+Dk+AZns2/BRydbFaPLvuo28wbTAdBgNVHQ4EFgQUy/mJ
a/WZUg0+rPwKpTjDd578tX8wHwYDVR0jBBgwFoAUy/mJa/WZUg0+rPwKpTjDd578
tX8wGgYDVR0RBBMwEYIJbG9jYWxob3N0hwR/AAABMA8GA1UdEwEB/wQFMAMBAf8w
CgYIKoZIzj0EAwIDSAAwRQIhAIcmXUnrZstx34Vt+tSTrqkWu2FMya1cH4TCo7NM
CMpUAiB1L9qpJsW5QNX9n797SA1PtVzJfqlj5xah7kRXUmp7dg==
-----END CERTIFICATE-----
`;

export const LOCAL_KEY = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgyANEfnqTXn/zPIwO
ZLnXKVTgx7CM6I5pQvnnVzR7XEWhRANCAASVjqXeoAlSOvCflzKsueG4THajHSBy
J5sh+irIgeWMueFox3iedZ2uQ+47t1aZP+Q+Dk+AZns2/BRydbFaPLvu
-----END PRIVATE KEY-----
`;
