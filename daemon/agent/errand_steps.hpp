#pragma once

#include "daemon/agent/errand.hpp"

namespace mizo::agent {

// Requests with this key wait here for the first of them.
struct Errands::Running {
    explicit Running(asio::any_io_executor executor) : ended{std::move(executor)} {}

    std::string request; // all of it, as text
    std::optional<Reply> reply;
    halo_api::Bell ended;
};

// One try, and what is known of it.
struct Errands::Attempt {
    enum class Trace {
        done,    // HaloPSA answered, or it was found there
        nothing, // nothing came of it: it may be asked again
        unknown,
    };
    Attempt() = default;
    Attempt(Reply answer, Trace known) : reply{std::move(answer)}, trace{known} {}

    Reply reply;
    Trace trace = Trace::nothing;
};

// What the store knows of a key.
struct Errands::Known {
    enum class State { fresh, answered, unknown };
    Known() = default;

    State state = State::fresh;
    base::WallTime begun{};
    std::string answer; // JSON
};

// An answer as the cloud gets it: JSON, and of its headers those that help and tell nothing.
Reply reply_of(const halo_api::Answer& answer);
// What was made without an answer, as HaloPSA's list shows it.
Reply reply_of_found(json::object made);
// The text under which it is kept, and back.
std::string kept_text(const Reply& reply, std::size_t bytes_max);
Reply kept_reply(const std::string& text);

} // namespace mizo::agent
