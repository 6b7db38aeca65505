#pragma once

#include "daemon/base/windows_win32.hpp"

#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

// What the service manager is asked to do with our service; base for `mizo-relay service`.
namespace mizo::windows_service {

// The service manager has refused; the text says what and why.
class Refused : public std::runtime_error {
public:
    Refused(const std::string& what, DWORD failure);
    DWORD failure() const { return failure_; }

private:
    DWORD failure_;
};

struct CloseService {
    void operator()(SC_HANDLE handle) const { ::CloseServiceHandle(handle); }
};
using ServiceHandle = std::unique_ptr<std::remove_pointer_t<SC_HANDLE>, CloseService>;

// Makes the service that runs this command line, or changes the one there is to it: its account is
// NT SERVICE\MizoRelay, it starts by itself a little after the machine, and is started again where it fails.
// What this Windows does not know is left out, and told in one sentence each. Throws Refused.
std::vector<std::string> install(const std::wstring& command_line);

// Stops the service and takes it away; false: there was none. Throws Refused.
bool uninstall();

// Starts or stops it, and waits until it runs or has stopped; done at once where it does already. Throws
// Refused, also where it takes too long or ends at once.
void start();
void stop();

} // namespace mizo::windows_service
