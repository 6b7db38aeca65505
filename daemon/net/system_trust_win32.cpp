#include "daemon/net/system_trust.hpp"

#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <memory>
#include <wincrypt.h>
#include <winsock2.h>

namespace mizo::net {

namespace {

struct CloseStore {
    void operator()(void* store) const { ::CertCloseStore(store, 0); }
};
using Store = std::unique_ptr<void, CloseStore>;

// The machine's store of this name; an account's own is seen through it as well.
Store open_store(const wchar_t* name)
{
    return Store{::CertOpenSystemStoreW(0, name)};
}

bool holds(const Store& store, PCCERT_CONTEXT certificate)
{
    if (!store) return false;
    PCCERT_CONTEXT found = ::CertFindCertificateInStore(store.get(), X509_ASN_ENCODING, 0, CERT_FIND_EXISTING,
                                                        certificate, nullptr);
    if (!found) return false;
    ::CertFreeCertificateContext(found);
    return true;
}

void add(X509_STORE* trusted, PCCERT_CONTEXT certificate)
{
    const unsigned char* bytes = certificate->pbCertEncoded;
    const std::unique_ptr<X509, decltype(&X509_free)> parsed{
        d2i_X509(nullptr, &bytes, static_cast<long>(certificate->cbCertEncoded)), &X509_free};
    // One that OpenSSL cannot read or has already is left out.
    if (parsed) X509_STORE_add_cert(trusted, parsed.get());
}

} // namespace

void trust_what_the_system_trusts(boost::asio::ssl::context& context, boost::system::error_code& failed)
{
    const Store roots = open_store(L"ROOT");
    if (!roots) {
        failed.assign(static_cast<int>(::GetLastError()), boost::system::system_category());
        return;
    }
    const Store disallowed = open_store(L"Disallowed");
    X509_STORE* trusted = SSL_CTX_get_cert_store(context.native_handle());
    PCCERT_CONTEXT certificate = nullptr;
    while ((certificate = ::CertEnumCertificatesInStore(roots.get(), certificate)) != nullptr)
        if (!holds(disallowed, certificate)) add(trusted, certificate);
}

} // namespace mizo::net
