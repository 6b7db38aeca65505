#pragma once

#include "daemon/halo/body.hpp"
#include "daemon/setup/facts.hpp"

#include <string_view>

// HaloPSA's answers as facts: tolerant, since other versions name and write things in other ways.
namespace mizo::setup {

Agent read_agent(const json::object& row);
Application read_application(const json::object& row);
TicketType read_ticket_type(const json::object& row);
Tab read_tab(const json::object& row);
HaloCertificate read_certificate(const json::object& row);
Webhook read_webhook(const json::object& row);
Event read_event(const json::object& row);
EventKind read_event_kind(const json::object& row);
Outcome read_outcome(const json::object& row);
Status read_status(const json::object& row);
Delivery read_delivery(const json::object& row);
std::string read_version(const json::object& instance);

// Whether a row of a list of webhooks is ours: by its address, else by its name.
bool is_own_webhook(const Webhook& webhook, std::string_view url);

} // namespace mizo::setup
