#include "daemon/halo/webhook.hpp"

#include <cstdint>
#include <cstdlib>

// Whatever HaloPSA signs is decoded into something that the store takes: never nothing, keys that fit.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view body{reinterpret_cast<const char*>(data), size};
    const auto decoded = mizo::halo::decode(body);
    if (decoded.occurrences.empty() || decoded.occurrences.size() > 1000) std::abort();
    if (decoded.understood != decoded.note.empty()) std::abort();
    for (const auto& occurrence : decoded.occurrences) {
        if (occurrence.dedupkey.empty() || occurrence.dedupkey.size() > 300) std::abort();
        for (const char c : occurrence.dedupkey)
            if (c <= ' ' || c >= '\x7f') std::abort();
        if (occurrence.title.size() > 500 || occurrence.event_text.size() > 200) std::abort();
    }
    return 0;
}
