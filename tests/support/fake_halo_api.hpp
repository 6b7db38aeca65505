#pragma once

#include "daemon/halo_api/api.hpp"

#include <functional>
#include <utility>
#include <vector>

namespace mizo::tests {

namespace asio = boost::asio;

// HaloPSA's API without a network: answers as a test says, and remembers what it was asked.
class FakeHaloApi final : public halo_api::Api {
public:
    using Reply = std::function<base::Result<halo_api::Answer>(const halo_api::Call&)>;

    explicit FakeHaloApi(Reply reply) : reply_{std::move(reply)} {}

    asio::awaitable<base::Result<halo_api::Answer>> call(halo_api::Call call) override
    {
        asked.push_back(call);
        const auto happens = std::exchange(meanwhile, nullptr);
        if (happens) co_await happens();
        co_return reply_(call);
    }

    std::vector<halo_api::Call> asked;
    std::function<asio::awaitable<void>()> meanwhile; // while the next call is under way, once

private:
    Reply reply_;
};

inline halo_api::Answer halo_answer(int status, std::string body)
{
    halo_api::Answer answer;
    answer.status = status;
    answer.body = std::move(body);
    return answer;
}

} // namespace mizo::tests
