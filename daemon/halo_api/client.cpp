#include "daemon/halo_api/client.hpp"

#include "daemon/halo_api/work.hpp"

namespace mizo::halo_api {

Client::Client(Parts parts, ApiSettings settings)
    : work_{std::make_unique<Work>(std::move(parts), std::move(settings))}
{}

Client::~Client() = default;

asio::awaitable<void> Client::start()
{
    return work_->start();
}

asio::awaitable<void> Client::stop()
{
    return work_->stop();
}

void Client::set_settings(ApiSettings settings)
{
    work_->set_settings(std::move(settings));
}

asio::awaitable<base::Result<Answer>> Client::call(Call call)
{
    return work_->call(std::move(call));
}

asio::awaitable<std::vector<TestStep>> Client::test()
{
    return work_->test();
}

View Client::view() const
{
    return work_->view();
}

const Counts& Client::counts() const
{
    return work_->counts();
}

} // namespace mizo::halo_api
