// Observers that print to stderr.
#include "src/cli/console.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string_view>
#include <utility>

#include "src/base/clock.hpp"
#include "src/report/progress.hpp"

namespace overlap {
namespace {

/// Of a table: a narrower terminal breaks its lines.
constexpr std::size_t least_columns = 40;

unsigned terminal_columns(int fd, unsigned where_unknown) {
  winsize size{};
  return ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : where_unknown;
}

bool colour_allowed() {
  const char* no_color = std::getenv("NO_COLOR");
  if (no_color != nullptr && *no_color != '\0') return false;
  const char* terminal = std::getenv("TERM");
  return terminal != nullptr && std::string_view(terminal) != "dumb";
}

class BarObserver final : public Observer {
 public:
  explicit BarObserver(std::string heading) : heading_(std::move(heading)) {}

  void began(const ExecutorPlan& plan, const Recording& recording) override {
    recording_ = &recording;
    bar_.emplace(heading_ + plan.name(), plan.job.workload.steps(), terminal_columns(STDERR_FILENO, 80));
  }
  void tick() override { print_error("\r\033[K" + bar_->line(*recording_, now_ns())); }
  void ended(const Repeat& /*repeat*/) override { print_error("\r\033[K"); }
  int tick_ms() const override { return 100; }

 private:
  std::string heading_;
  const Recording* recording_ = nullptr;
  std::optional<ProgressBar> bar_;
};

class LogObserver final : public Observer {
 public:
  explicit LogObserver(std::string heading) : heading_(std::move(heading)) {}

  void began(const ExecutorPlan& plan, const Recording& recording) override {
    print_error(heading_ + plan.name() + "\n");
    log_.emplace(recording);
  }
  void tick() override { print_error(log_->new_lines()); }
  void ended(const Repeat& repeat) override {
    tick();
    if (repeat.metrics) {
      print_error(fmt::format("took: {:.2f}\n", repeat.metrics->makespan_s));
    } else {
      print_error(repeat.reason + "\n");
    }
    log_.reset();
  }
  int tick_ms() const override { return 20; }

 private:
  std::string heading_;
  std::optional<StepLog> log_;
};

}  // namespace

void hold_standard_streams() noexcept {
  for (const auto& [fd, mode] :
       {std::pair(STDIN_FILENO, O_RDONLY), std::pair(STDOUT_FILENO, O_RDONLY), std::pair(STDERR_FILENO, O_WRONLY)}) {
    if (fcntl(fd, F_GETFD) == -1) open("/dev/null", mode);  // gets the least number that is free: this one
  }
}

void meet_signals_as_errors() noexcept {
  for (const int each : {SIGPIPE, SIGXFSZ, SIGTTOU}) signal(each, SIG_IGN);
  signal(SIGCHLD, SIG_DFL);
}

void print_error(std::string_view text) noexcept {
  std::fwrite(text.data(), 1, text.size(), stderr);
  std::fflush(stderr);
}

Style style_of(int fd) {
  Style style;
  if (isatty(fd) == 0) return style;
  style.colour = colour_allowed();
  style.columns = std::clamp<std::size_t>(terminal_columns(fd, table_columns), least_columns, table_columns);
  return style;
}

std::unique_ptr<Observer> make_observer(bool log, std::string heading) {
  if (log) return std::make_unique<LogObserver>(std::move(heading));
  if (isatty(STDERR_FILENO) != 0) return std::make_unique<BarObserver>(std::move(heading));
  return nullptr;
}

}  // namespace overlap
