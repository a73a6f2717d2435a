#include "net/dhcp/dhcp_server.hpp"

#include "net/dhcp/dhcp_loop.hpp"

namespace uzel::net {

dhcp_server::dhcp_server(std::unique_ptr<loop> l) : loop_{std::move(l)} {}
dhcp_server::~dhcp_server() {
  stop(duration{0});
}

result<std::unique_ptr<dhcp_server>> dhcp_server::open(const config::dhcp_settings& settings,
                                                       std::string& reason,
                                                       const dhcp_ports& ports) {
  auto l = std::make_unique<loop>(settings, ports);
  if (const auto opened = l->listen(reason); !opened)
    return opened.error();
  return std::unique_ptr<dhcp_server>{new dhcp_server{std::move(l)}};
}

void dhcp_server::start(dhcp_neighbours neighbours) {
  loop_->start(std::move(neighbours));
}
void dhcp_server::stop(duration grace) {
  loop_->stop(grace);
}
void dhcp_server::answer(const login_answered& a) {
  loop_->answers.push(a);
}
void dhcp_server::synced(journal_number up_to) {
  loop_->answers.synced(up_to);
}
const dhcp_counters& dhcp_server::counters() const {
  return loop_->counters;
}
std::uint16_t dhcp_server::port() const {
  return loop_->port();
}

} // namespace uzel::net
