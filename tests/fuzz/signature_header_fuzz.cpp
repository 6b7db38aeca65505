#include "daemon/halo/signature_header.hpp"

#include <cstdint>
#include <cstdlib>

namespace {

using mizo::halo::Header;

// Lines of the input are headers, "name: value"; the first line is the prefix that is set.
std::vector<Header> headers_in(std::string_view text)
{
    std::vector<Header> headers;
    while (!text.empty()) {
        const auto line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(text.size(), line.size() + 1));
        const auto colon = std::min(line.find(':'), line.size());
        headers.emplace_back(line.substr(0, colon), line.substr(std::min(colon + 1, line.size())));
    }
    return headers;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    std::string_view text{reinterpret_cast<const char*>(data), size};
    const auto prefix = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), prefix.size() + 1));
    const auto headers = headers_in(text);

    const auto found = mizo::halo::find_signature(headers, "X-Signature", prefix);
    const bool is_found = found.problem == mizo::halo::HeaderProblem::none;
    if (is_found == found.text.empty()) std::abort();

    const auto shown = mizo::halo::mask_secrets(headers);
    for (std::size_t i = 0; i < headers.size(); ++i)
        if (mizo::halo::is_secret_header(headers[i].first) && shown[i].second.size() > 24) std::abort();
    return 0;
}
