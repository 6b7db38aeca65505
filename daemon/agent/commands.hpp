#pragma once

#include "daemon/agent/fault.hpp"
#include "daemon/agent/view.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <array>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mizo::agent {

namespace asio = boost::asio;

inline constexpr std::array<std::string_view, 4> command_names{"reconcile", "collect_diagnostics",
                                                               "offer_rotation", "set_scope"};

// What became of a command.
struct Deed {
    Deed() = default;
    Deed(Fault why) : fault{std::move(why)} {}
    Deed(std::string sentence, boost::json::value found) : text{std::move(sentence)}, result{std::move(found)}
    {}

    std::optional<Fault> fault;
    std::string text;          // one sentence
    boost::json::value result; // what the cloud is told
};

// Who does a command: another part of the daemon, which audits it itself.
using CommandAction = std::function<asio::awaitable<Deed>(boost::json::object args)>;

// By the names above. One that is empty is answered `unsupported`.
struct CommandActions {
    CommandAction reconcile;
    CommandAction collect_diagnostics;
    CommandAction offer_rotation;
    CommandAction set_scope;

    // Null: there is no command of this name.
    const CommandAction* find(std::string_view name) const;
};

// Whether agent.commands allows it; an empty list allows all.
bool allows_command(const std::vector<std::string>& allowed, std::string_view name);

} // namespace mizo::agent
