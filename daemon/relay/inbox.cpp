#include "daemon/relay/inbox.hpp"

#include <utility>

namespace mizo::relay {

void SharedInbox::on(Request request)
{
    if (agent_) agent_->on(std::move(request));
}

void SharedInbox::on(Cancel cancel)
{
    if (agent_) agent_->on(std::move(cancel));
}

void SharedInbox::on(Insight insight)
{
    if (tab_) tab_->on(std::move(insight));
}

void SharedInbox::on(Command command)
{
    if (agent_) agent_->on(std::move(command));
}

void SharedInbox::on(Done done)
{
    if (tab_) tab_->on(std::move(done));
}

void SharedInbox::on_live(bool live)
{
    if (agent_) agent_->on_live(live);
    if (tab_) tab_->on_live(live);
}

std::vector<std::string> SharedInbox::serves() const
{
    std::vector<std::string> caps;
    if (agent_) caps.insert(caps.end(), {"request", "command"});
    if (tab_) caps.emplace_back("insight");
    return caps;
}

} // namespace mizo::relay
