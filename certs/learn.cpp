#include "certs/learn.hpp"

#include <algorithm>
#include <iterator>

namespace mizo::certs {
namespace {

constexpr std::size_t timestamps_max = 8;

// Seconds since 1970 at the least, an HTTP date at the most.
bool may_be_a_timestamp(std::string_view value)
{
    const auto digits =
        std::count_if(value.begin(), value.end(), [](char c) { return c >= '0' && c <= '9'; });
    return value.size() <= 40 && digits >= 8;
}

} // namespace

std::vector<SignatureMatch> learn(const RecordedDelivery& delivery, const std::vector<PublicKey>& keys)
{
    SearchInput input;
    input.body = delivery.body;
    input.timestamps.push_back({"", {}});
    for (const auto& [name, value] : delivery.headers) {
        auto candidates = signature_candidates(name, value, keys);
        std::move(candidates.begin(), candidates.end(), std::back_inserter(input.candidates));
        if (input.timestamps.size() <= timestamps_max && may_be_a_timestamp(value)) {
            input.timestamps.push_back({std::string{name}, value});
        }
    }
    return search_signatures(input, keys);
}

} // namespace mizo::certs
