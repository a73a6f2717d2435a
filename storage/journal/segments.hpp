// Making segment files: allocated and zeroed ahead of need, given their header and name when their
// turn comes.
#pragma once

#include "storage/journal/files.hpp"
#include "storage/journal/format.hpp"

#include <chrono>
#include <filesystem>

namespace uzel::storage {

// Where a segment waits until it is needed; never read, replaced at will.
std::filesystem::path spare_path(const std::filesystem::path& directory);

// A synced file of zeros, so that a batch neither runs out of space nor waits for the file system
// to map blocks. After each piece it rests as long as the piece took, `rest` at most. store_full
// when the disk is; nothing is left behind then.
store_result<posix_file> prepare_spare(const std::filesystem::path& directory, std::uint64_t bytes,
                                       std::chrono::microseconds rest = {});

// Turns a spare into the segment that the header describes: header synced, then named, then the
// directory synced.
store_result<> activate(posix_file& spare, const std::filesystem::path& directory,
                        const format::segment_header& header);

// Creates an empty journal of one segment.
store_result<> begin_journal(const journal_settings& settings, const store_identity& identity,
                             journal_number first);

// invalid_input unless sizes and bounds fit together.
store_result<> check_settings(const journal_settings& settings);

} // namespace uzel::storage
