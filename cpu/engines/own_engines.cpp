// Which engines there are for a compute of the user's own, and what they are called.
#include "cpu/engines/engines.hpp"

#include <utility>

namespace overlap {
namespace {

EngineInfo called(EngineInfo engine, const std::string& name, const std::string& description) {
  engine.name = name;
  engine.description = description;
  return engine;
}

}  // namespace

std::vector<EngineInfo> own_engines(const std::string& library, const std::string& name) {
  const ComputeInfo compute = library_compute(library);
  if (name.empty()) {
    return {own_engine(compute), locked_engine(compute), pool_engine(compute), async_engine(compute)};
  }
  EngineInfo plain = called(own_engine(compute), name, "the compute in " + library + ", on the caller's thread");
  plain.default_drivers = {"threads"};
  return {std::move(plain),
          called(pool_engine(compute), name + "-pool", "the same on a pool of threads that the engine owns"),
          called(async_engine(compute), name + "-async",
                 "the same, where the library starts steps and tells of their ends")};
}

}  // namespace overlap
