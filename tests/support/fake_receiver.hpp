#pragma once

#include "daemon/alerts/receiver.hpp"

#include <deque>
#include <string>
#include <utility>
#include <vector>

namespace mizo::tests {

// A receiver of alerts without a network: answers as a test says (202 once it has nothing more to say), and
// remembers what was posted.
class FakeReceiver final : public alerts::Receiver {
public:
    struct Post {
        std::string url;
        std::string body;
    };

    alerts::asio::awaitable<base::Result<alerts::Answered>> post(std::string url, std::string body) override
    {
        posts.push_back(Post{std::move(url), std::move(body)});
        if (answers.empty()) co_return alerts::Answered{202, {}};
        const base::Result<alerts::Answered> answer = answers.front();
        answers.pop_front();
        co_return answer;
    }
    void set_way(net::RouteSettings) override {}
    void stop() override { stopped = true; }

    std::vector<Post> posts;
    std::deque<base::Result<alerts::Answered>> answers;
    bool stopped = false;
};

} // namespace mizo::tests
