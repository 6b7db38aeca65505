#pragma once

// OpenSSL's objects with their owners, for the sources of this folder only: no header of it but this one
// knows an OpenSSL type, and nothing outside includes this one.

#include "certs/error.hpp"
#include "certs/secret.hpp"

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pkcs12.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <memory>
#include <string>
#include <string_view>

namespace mizo::certs {

template <auto Free>
struct Freed {
    template <class T>
    void operator()(T* object) const
    {
        Free(object);
    }
};

template <class T, auto Free>
using Owned = std::unique_ptr<T, Freed<Free>>;

using OwnedBio = Owned<BIO, BIO_free_all>;
using OwnedBignum = Owned<BIGNUM, BN_clear_free>;
using OwnedCipherContext = Owned<EVP_CIPHER_CTX, EVP_CIPHER_CTX_free>;
using OwnedDigestContext = Owned<EVP_MD_CTX, EVP_MD_CTX_free>;
using OwnedKey = Owned<EVP_PKEY, EVP_PKEY_free>;
using OwnedKeyContext = Owned<EVP_PKEY_CTX, EVP_PKEY_CTX_free>;
using OwnedX509 = Owned<X509, X509_free>;
using OwnedExtension = Owned<X509_EXTENSION, X509_EXTENSION_free>;
using OwnedPkcs12 = Owned<PKCS12, PKCS12_free>;

// The insides of the opaque types of key.hpp and certificate.hpp.
struct KeyHandle {
    OwnedKey key;
};

struct CertificateHandle {
    OwnedX509 certificate;
};

// Ends what must not fail: says what was tried and OpenSSL's own reason, and leaves its error queue empty.
[[noreturn]] void fail(const char* what);

inline void must(bool done, const char* what)
{
    if (!done) fail(what);
}

template <class T>
T must_have(T object, const char* what)
{
    if (!object) fail(what);
    return object;
}

// A passphrase for functions that want a zero at its end; overwritten when it ends, whichever way that is.
class Passphrase {
public:
    explicit Passphrase(std::string_view text) : text_{text} {}
    ~Passphrase() { cleanse(text_.data(), text_.size()); }
    Passphrase(const Passphrase&) = delete;
    Passphrase& operator=(const Passphrase&) = delete;

    const char* text() const { return text_.c_str(); }
    int size() const { return static_cast<int>(text_.size()); }

private:
    std::string text_;
};

// Forgets OpenSSL's errors where a failure was an answer, so that they are not taken for those of a later
// call.
class ErrorQueueCleared {
public:
    ErrorQueueCleared() { ERR_clear_error(); }
    ~ErrorQueueCleared() { ERR_clear_error(); }
    ErrorQueueCleared(const ErrorQueueCleared&) = delete;
    ErrorQueueCleared& operator=(const ErrorQueueCleared&) = delete;
};

} // namespace mizo::certs
