#include "apps/uzelctl/import_kea_leases.hpp"

#include "apps/uzelctl/lookup.hpp"

#include <algorithm>
#include <array>
#include <optional>

namespace uzel::ctl {
namespace {

constexpr std::array<std::string_view, 5> columns{"address", "hwaddr", "valid_lifetime", "expire",
                                                  "state"};
enum column : std::size_t { address, hwaddr, valid_lifetime, expire, state };

constexpr std::uint64_t without_end = 0xFFFFFFFF; // of valid_lifetime: never expires

std::string_view take_line(std::string_view& text) {
  const auto end = std::min(text.find('\n'), text.size());
  auto line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  if (line.ends_with('\r'))
    line.remove_suffix(1);
  return line;
}

// Kea never quotes: it writes a comma within a value as &#x2c.
std::vector<std::string_view> cells_of(std::string_view line) {
  std::vector<std::string_view> out;
  for (;;) {
    const auto end = std::min(line.find(','), line.size());
    out.push_back(line.substr(0, end));
    if (end == line.size())
      return out;
    line.remove_prefix(end + 1);
  }
}

class lease_reader {
 public:
  lease_reader(const std::string& name, kea_leases& out) : name_{name}, out_{out} {}

  // False: the file is no lease file.
  bool read_head(std::string_view line) {
    const auto cells = cells_of(line);
    width_ = cells.size();
    for (std::size_t i = 0; i < columns.size(); ++i) {
      const auto at = std::find(cells.begin(), cells.end(), columns[i]);
      if (at == cells.end())
        return wrong("", say("the first line does not name the column {}", columns[i]));
      place_[i] = static_cast<std::size_t>(at - cells.begin());
    }
    return true;
  }

  bool read_row(std::string_view line) {
    const auto cells = cells_of(line);
    if (cells.size() != width_)
      return wrong("", say("has {} cells, the first line has {}", cells.size(), width_));
    const auto cell = [&](column c) { return cells[place_[c]]; };
    const auto who = parse_ipv4(cell(address));
    if (!who || !*who)
      return wrong(columns[address], tr("is no IPv4 address"));
    kea_lease out;
    out.line = line_;
    const auto mac = parse_mac(cell(hwaddr));
    if (!mac && !cell(hwaddr).empty())
      return wrong(columns[hwaddr], tr("is no MAC address"));
    if (mac)
      out.mac = *mac;
    const auto lifetime = number(cell(valid_lifetime));
    const auto ends = number(cell(expire));
    const auto stands = number(cell(state));
    if (!lifetime || !ends || *ends > 253'402'300'799)
      return wrong(columns[lifetime ? expire : valid_lifetime], tr("is no number"));
    if (!stands || *stands > static_cast<std::uint64_t>(kea_lease_state::released))
      return wrong(columns[state], tr("is no state of a lease"));
    if (*lifetime != without_end)
      out.expires = instant::from_unix(static_cast<std::int64_t>(*ends));
    out.state = static_cast<kea_lease_state>(*stands);
    // How Kea writes that a lease was deleted.
    if (*lifetime == 0)
      out.state = kea_lease_state::released;
    out_.by_address[*who] = out;
    return true;
  }

  void next_line() { ++line_; }

 private:
  static std::optional<std::uint64_t> number(std::string_view text) {
    std::uint64_t out = 0;
    if (!read_number(text, out))
      return std::nullopt;
    return out;
  }
  bool wrong(std::string_view which, std::string reason) {
    const auto where = name_ + ":" + std::to_string(line_);
    out_.problems.push_back(
      {where, which.empty() ? std::move(reason) : std::string{which} + " " + reason});
    return false;
  }

  const std::string& name_;
  kea_leases& out_;
  std::uint32_t line_ = 1;
  std::size_t width_ = 0;
  std::array<std::size_t, columns.size()> place_{};
};

} // namespace

void read_kea_leases(std::string_view text, const std::string& name, kea_leases& into) {
  lease_reader reader{name, into};
  if (!reader.read_head(take_line(text)))
    return;
  while (!text.empty()) {
    reader.next_line();
    if (const auto line = take_line(text); !line.empty())
      reader.read_row(line);
  }
}

} // namespace uzel::ctl
