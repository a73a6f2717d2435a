#include "net/http/connection_impl.hpp"

namespace uzel::http {

void serve_plain(asio::ip::tcp::socket socket, connection_room& room) {
  boost::system::error_code gone;
  const auto peer = socket.remote_endpoint(gone).address();
  if (!gone)
    serve_stream(beast::tcp_stream{std::move(socket)}, peer, room);
}

} // namespace uzel::http
