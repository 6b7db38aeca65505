#include "daemon/intake/learner.hpp"

#include "certs/learn.hpp"

namespace mizo::intake {

Lesson learn(const web::Request& request, const std::vector<custody::KnownKey>& keys)
{
    certs::RecordedDelivery recorded;
    recorded.body = request.body;
    std::vector<certs::PublicKey> public_keys;
    for (const auto& key : keys) public_keys.push_back(key.key);

    Lesson lesson;
    for (const auto& [name, value] : request.head.headers) {
        recorded.headers.emplace_back(name, value);
        lesson.headers.push_back(name);
        lesson.signature_like |= !certs::signature_candidates(name, value, public_keys).empty();
    }
    auto matches = certs::learn(recorded, public_keys);
    if (matches.empty()) return lesson;
    lesson.thumbprint = keys[matches.front().key].thumbprint;
    lesson.match = std::move(matches.front());
    return lesson;
}

void Learner::start(base::WallTime now)
{
    progress_ = {};
    progress_.state = State::waiting;
    progress_.started = now;
    progress_.expires = now + wait_max;
}

Learner::Progress Learner::progress(base::WallTime now) const
{
    Progress progress = progress_;
    const bool over = progress.state == State::waiting && now >= *progress.expires;
    if (over) progress.state = State::expired;
    return progress;
}

bool Learner::waiting(base::WallTime now) const
{
    const bool open = progress_.state == State::waiting || progress_.state == State::no_match;
    return open && now < *progress_.expires;
}

void Learner::observe(const Lesson& lesson, const std::string& delivery_id, base::WallTime received)
{
    if (!waiting(received)) return;
    progress_.state = lesson.match ? State::matched : State::no_match;
    progress_.received = received;
    progress_.delivery_id = delivery_id;
    progress_.lesson = lesson;
}

} // namespace mizo::intake
