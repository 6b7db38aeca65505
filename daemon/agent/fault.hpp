#pragma once

#include "daemon/base/result.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mizo::agent {

// Why there is no answer of HaloPSA's: the word that the cloud is told, and the reason with its sentence,
// which is the same in the admin API's catalogue.
struct Fault {
    using Args = std::vector<std::pair<std::string, std::string>>;

    Fault() = default;
    Fault(std::string_view link_code, std::string_view why, std::string sentence, Args with)
        : code{link_code}, reason{why}, text{std::move(sentence)}, args{std::move(with)}
    {}

    std::string code;   // of the link: denied, timeout, upstream_down, upstream_tls, unauthorised,
                        // rate_limited, too_large, cancelled; of a command also unsupported, failed
    std::string reason; // ours: "agent_not_allowed"
    std::string text;   // with the args filled in
    Args args;
};

// A reason of the agent's own; another one is a programmer's error (std::logic_error).
Fault fault(std::string_view reason, Fault::Args args = {});
// Why a call of HaloPSA's API failed.
Fault fault_of(const base::Error& error);

// All reasons of the agent's own with their sentences, for the test that compares catalogues.
std::vector<std::pair<std::string_view, std::string_view>> all_reasons();

} // namespace mizo::agent
