#pragma once

#include "certs/bytes.hpp"
#include "certs/certificate.hpp"
#include "certs/error.hpp"
#include "certs/key.hpp"
#include "certs/secret.hpp"

#include <cstdint>
#include <string_view>
#include <vector>

namespace mizo::certs {

enum class PfxProfile : std::uint8_t {
    compatible, // 3DES and SHA-1: every Windows, Server 2016 and older too
    modern,     // AES-256 and SHA-256: Windows 10 1709, Server 2019 and later
};

std::string_view to_string(PfxProfile profile);
Result<PfxProfile> pfx_profile_from(std::string_view name);

// 28 letters and digits, 166 random bits: ASCII, so that every importer makes the same bytes of it.
Secret generate_pfx_password();

struct PfxContent {
    const RsaKey& key;
    const Certificate& certificate;
    std::string_view friendly_name;
};

// One key and its certificate (which must belong together) as a PKCS#12 file.
Bytes pack_pfx(const PfxContent& content, const Secret& password, PfxProfile profile);

// What was in a file that an administrator gave us.
struct OpenedPfx {
    Secret private_key_pkcs8;
    Certificate certificate;
    std::vector<Certificate> chain;
};

struct PfxLimits {
    static constexpr std::size_t file_bytes = 64 * 1024;
    static constexpr long iterations_each = 600'000;
    static constexpr long iterations_in_all = 1'800'000;
};

// Size and iteration counts are looked at before any key is derived, so that a hostile file costs nothing.
// Errc::wrong_password where the check value does not match, whatever the reason.
Result<OpenedPfx> open_pfx(ByteView file, std::string_view password);

} // namespace mizo::certs
