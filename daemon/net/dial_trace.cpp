#include "daemon/net/dial_trace.hpp"

#include <algorithm>

namespace mizo::net {

std::string_view name_of(DialStage stage)
{
    switch (stage) {
    case DialStage::resolve: return "name";
    case DialStage::connect: return "tcp";
    case DialStage::proxy: return "proxy";
    case DialStage::tls: return "tls";
    case DialStage::upgrade: return "upgrade";
    }
    return "";
}

const DialStep* Trace::failed() const
{
    const auto found =
        std::find_if(steps.begin(), steps.end(), [](const DialStep& step) { return !step.ok; });
    return found == steps.end() ? nullptr : &*found;
}

} // namespace mizo::net
