#include "certs/pfx.hpp"

#include "certs/openssl_handles.hpp"
#include "certs/random.hpp"

#include <string>

namespace mizo::certs {
namespace {

struct Algorithms {
    int encryption;
    int iterations;
    const EVP_MD* mac_digest;
};

Algorithms algorithms_of(PfxProfile profile)
{
    switch (profile) {
    case PfxProfile::compatible: return {NID_pbe_WithSHA1And3_Key_TripleDES_CBC, 2'048, EVP_sha1()};
    case PfxProfile::modern: return {NID_aes_256_cbc, 100'000, EVP_sha256()};
    }
    throw CryptoFailure{"a PFX profile that does not exist"};
}

// Without it, older .NET loads the key into a provider of Windows that cannot sign with SHA-256.
constexpr std::string_view windows_provider = "Microsoft Enhanced RSA and AES Cryptographic Provider";

// A copy, since the name of the provider is an attribute of the key object.
OwnedKey with_windows_provider(const RsaKey& key)
{
    OwnedKey copy{must_have(EVP_PKEY_dup(key.handle().key.get()), "copying a key")};
    must(EVP_PKEY_add1_attr_by_NID(copy.get(), NID_ms_csp_name, MBSTRING_ASC,
                                   reinterpret_cast<const unsigned char*>(windows_provider.data()),
                                   static_cast<int>(windows_provider.size())) == 1,
         "naming the key's provider");
    return copy;
}

Bytes written(PKCS12* pfx)
{
    const int size = i2d_PKCS12(pfx, nullptr);
    must(size > 0, "writing a PFX");
    Bytes file(static_cast<std::size_t>(size));
    std::uint8_t* at = file.data();
    must(i2d_PKCS12(pfx, &at) == size, "writing a PFX");
    return file;
}

} // namespace

std::string_view to_string(PfxProfile profile)
{
    return profile == PfxProfile::compatible ? "compatible" : "modern";
}

Result<PfxProfile> pfx_profile_from(std::string_view name)
{
    if (name == "compatible") return PfxProfile::compatible;
    if (name == "modern") return PfxProfile::modern;
    return Error{Errc::unsupported, "a PFX profile is compatible or modern"};
}

Secret generate_pfx_password()
{
    std::string text = random_alphanumeric(28);
    Secret password{ByteView{text}};
    cleanse(text.data(), text.size());
    return password;
}

Bytes pack_pfx(const PfxContent& content, const Secret& password, PfxProfile profile)
{
    must(content.certificate.belongs_to(content.key), "packing a certificate with another one's key");
    const Algorithms use = algorithms_of(profile);
    const OwnedKey key = with_windows_provider(content.key);
    const std::string name{content.friendly_name};
    const Passphrase passphrase{password.text()};
    // The MAC is set by itself: PKCS12_create() knows only the default digest.
    const OwnedPkcs12 pfx{PKCS12_create(passphrase.text(), name.c_str(), key.get(),
                                        content.certificate.handle().certificate.get(), nullptr,
                                        use.encryption, use.encryption, use.iterations, -1, 0)};
    const bool done = pfx && PKCS12_set_mac(pfx.get(), passphrase.text(), passphrase.size(), nullptr, 0,
                                            use.iterations, use.mac_digest) == 1;
    must(done, "making a PFX");
    return written(pfx.get());
}

} // namespace mizo::certs
