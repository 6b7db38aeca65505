#include "certs/hash.hpp"

namespace mizo::certs {
namespace {

const EVP_MD* fetched(const char* name)
{
    return must_have(EVP_MD_fetch(nullptr, name, nullptr), "fetching a digest");
}

} // namespace

const EVP_MD* algorithm_of(Hash hash)
{
    static const std::array<const EVP_MD*, 4> algorithms{fetched("SHA256"), fetched("SHA384"),
                                                         fetched("SHA512"), fetched("SHA1")};
    static_assert(static_cast<int>(Hash::sha1) == 3);
    return algorithms[static_cast<std::size_t>(hash)];
}

Digest::Digest(Hash hash, ByteView bytes)
{
    must(EVP_Digest(bytes.data(), bytes.size(), bytes_.data(), &size_, algorithm_of(hash), nullptr) == 1,
         "digest");
}

} // namespace mizo::certs
