#include "certs/openssl_handles.hpp"
#include "certs/pfx.hpp"

#include <optional>

namespace mizo::certs {
namespace {

using OwnedSafes =
    Owned<STACK_OF(PKCS7), [](STACK_OF(PKCS7) * safes) { sk_PKCS7_pop_free(safes, PKCS7_free); }>;
using OwnedBags = Owned<STACK_OF(PKCS12_SAFEBAG), [](STACK_OF(PKCS12_SAFEBAG) * bags) {
    sk_PKCS12_SAFEBAG_pop_free(bags, PKCS12_SAFEBAG_free);
}>;
using OwnedCertificates =
    Owned<STACK_OF(X509), [](STACK_OF(X509) * list) { sk_X509_pop_free(list, X509_free); }>;

// Adds up what a file asks us to derive, and says when it is too much.
class DerivationBudget {
public:
    std::optional<Error> spend(long iterations)
    {
        if (iterations < 1) return Error{Errc::malformed, "an iteration count below one"};
        if (iterations > PfxLimits::iterations_each || iterations > PfxLimits::iterations_in_all - spent_) {
            return Error{Errc::too_costly, "the file asks for more iterations than we are ready to do"};
        }
        spent_ += iterations;
        return std::nullopt;
    }

private:
    long spent_{0};
};

// ASN1_INTEGER_get() gives -1 for what does not fit, and spend() refuses that.
long iterations_of_pbes2(const ASN1_TYPE* parameter)
{
    using OwnedPbes2 = Owned<PBE2PARAM, PBE2PARAM_free>;
    using OwnedPbkdf2 = Owned<PBKDF2PARAM, PBKDF2PARAM_free>;
    const OwnedPbes2 pbes2{
        static_cast<PBE2PARAM*>(ASN1_TYPE_unpack_sequence(ASN1_ITEM_rptr(PBE2PARAM), parameter))};
    if (!pbes2 || OBJ_obj2nid(pbes2->keyfunc->algorithm) != NID_id_pbkdf2) return -1;
    const OwnedPbkdf2 pbkdf2{static_cast<PBKDF2PARAM*>(
        ASN1_TYPE_unpack_sequence(ASN1_ITEM_rptr(PBKDF2PARAM), pbes2->keyfunc->parameter))};
    return pbkdf2 ? ASN1_INTEGER_get(pbkdf2->iter) : -1;
}

long iterations_of(const X509_ALGOR* algorithm)
{
    const ASN1_OBJECT* name = nullptr;
    int type = 0;
    const void* ignored = nullptr;
    X509_ALGOR_get0(&name, &type, &ignored, algorithm);
    if (OBJ_obj2nid(name) == NID_pbes2) return iterations_of_pbes2(algorithm->parameter);
    const Owned<PBEPARAM, PBEPARAM_free> pbe{
        static_cast<PBEPARAM*>(ASN1_TYPE_unpack_sequence(ASN1_ITEM_rptr(PBEPARAM), algorithm->parameter))};
    return pbe ? ASN1_INTEGER_get(pbe->iter) : -1;
}

// The check value comes first: a file that fails it is not looked into.
std::optional<Error> check_mac(PKCS12* pfx, const Passphrase& password, DerivationBudget& budget)
{
    if (PKCS12_mac_present(pfx) == 0) return Error{Errc::unsupported, "a PFX without a check value"};
    const X509_ALGOR* algorithm = nullptr;
    const ASN1_INTEGER* iterations = nullptr;
    PKCS12_get0_mac(nullptr, &algorithm, nullptr, &iterations, pfx);
    const ASN1_OBJECT* digest = nullptr;
    X509_ALGOR_get0(&digest, nullptr, nullptr, algorithm);
    if (EVP_get_digestbyobj(digest) == nullptr) {
        return Error{Errc::unsupported, "a PFX with a check value of an unknown kind"};
    }
    if (auto refused = budget.spend(iterations == nullptr ? 1 : ASN1_INTEGER_get(iterations))) return refused;
    if (PKCS12_verify_mac(pfx, password.text(), password.size()) != 1) {
        return Error{Errc::wrong_password, "the password does not open this PFX"};
    }
    return std::nullopt;
}

std::optional<Error> check_bags(const STACK_OF(PKCS12_SAFEBAG) * bags, DerivationBudget& budget)
{
    for (int i = 0; i < sk_PKCS12_SAFEBAG_num(bags); ++i) {
        const PKCS12_SAFEBAG* bag = sk_PKCS12_SAFEBAG_value(bags, i);
        const int kind = PKCS12_SAFEBAG_get_nid(bag);
        if (kind == NID_safeContentsBag) return Error{Errc::unsupported, "a PFX with nested content"};
        if (kind != NID_pkcs8ShroudedKeyBag) continue;
        const X509_SIG* shrouded = PKCS12_SAFEBAG_get0_pkcs8(bag);
        const X509_ALGOR* algorithm = nullptr;
        if (shrouded == nullptr) return Error{Errc::malformed, "a PFX with an empty key"};
        X509_SIG_get0(shrouded, &algorithm, nullptr);
        if (auto refused = budget.spend(iterations_of(algorithm))) return refused;
    }
    return std::nullopt;
}

std::optional<Error> check_safe(PKCS7* safe, const Passphrase& password, DerivationBudget& budget)
{
    OwnedBags bags;
    if (PKCS7_type_is_data(safe)) {
        bags.reset(PKCS12_unpack_p7data(safe));
    } else if (PKCS7_type_is_encrypted(safe) && safe->d.encrypted != nullptr) {
        if (auto refused = budget.spend(iterations_of(safe->d.encrypted->enc_data->algorithm)))
            return refused;
        bags.reset(PKCS12_unpack_p7encdata(safe, password.text(), password.size()));
    } else {
        return Error{Errc::unsupported, "a PFX that is encrypted for a public key"};
    }
    if (!bags) return Error{Errc::unsupported, "a PFX with content that cannot be decrypted here"};
    return check_bags(bags.get(), budget);
}

// Walks the file as PKCS12_parse() will, and refuses each derivation that is too dear before doing it.
std::optional<Error> check_cost(PKCS12* pfx, const Passphrase& password)
{
    DerivationBudget budget;
    if (auto refused = check_mac(pfx, password, budget)) return refused;
    const OwnedSafes safes{PKCS12_unpack_authsafes(pfx)};
    if (!safes) return Error{Errc::malformed, "not a PFX"};
    for (int i = 0; i < sk_PKCS7_num(safes.get()); ++i) {
        if (auto refused = check_safe(sk_PKCS7_value(safes.get(), i), password, budget)) return refused;
    }
    return std::nullopt;
}

Secret pkcs8_of(const EVP_PKEY* key)
{
    const Owned<PKCS8_PRIV_KEY_INFO, PKCS8_PRIV_KEY_INFO_free> info{
        must_have(EVP_PKEY2PKCS8(key), "reading a key")};
    std::uint8_t* der = nullptr;
    const int size = i2d_PKCS8_PRIV_KEY_INFO(info.get(), &der);
    must(size > 0, "reading a key");
    Secret secret{ByteView{std::span{der, static_cast<std::size_t>(size)}}};
    OPENSSL_clear_free(der, static_cast<std::size_t>(size));
    return secret;
}

Certificate certificate_of(X509* x509)
{
    X509_up_ref(x509);
    return Certificate{std::make_shared<const CertificateHandle>(CertificateHandle{OwnedX509{x509}})};
}

Result<OpenedPfx> extract(PKCS12* pfx, const Passphrase& password)
{
    EVP_PKEY* key = nullptr;
    X509* leaf = nullptr;
    STACK_OF(X509)* others = nullptr;
    const bool parsed = PKCS12_parse(pfx, password.text(), &key, &leaf, &others) == 1;
    const OwnedKey owned_key{key};
    const OwnedX509 owned_leaf{leaf};
    const OwnedCertificates owned_others{others};
    if (!parsed) return Error{Errc::malformed, "a PFX with content that cannot be read"};
    if (key == nullptr || leaf == nullptr) {
        return Error{Errc::unsupported, "a PFX without a private key and its certificate"};
    }
    OpenedPfx opened{pkcs8_of(key), certificate_of(leaf), {}};
    for (int i = 0; others != nullptr && i < sk_X509_num(others); ++i) {
        opened.chain.push_back(certificate_of(sk_X509_value(others, i)));
    }
    return opened;
}

} // namespace

Result<OpenedPfx> open_pfx(ByteView file, std::string_view password)
{
    if (file.size() > PfxLimits::file_bytes) return Error{Errc::too_large, "a PFX over 64 KiB"};
    const ErrorQueueCleared clear;
    const std::uint8_t* at = file.data();
    const OwnedPkcs12 pfx{d2i_PKCS12(nullptr, &at, static_cast<long>(file.size()))};
    if (!pfx || at != file.end()) return Error{Errc::malformed, "not a PFX"};
    const Passphrase passphrase{password};
    if (auto refused = check_cost(pfx.get(), passphrase)) return *refused;
    return extract(pfx.get(), passphrase);
}

} // namespace mizo::certs
