-- wrk: requests the paths of a file, one after another, and says what came of it in one line.
--   wrk -s paths.lua URL -- FILE [Accept-Encoding]
-- The requests are written beforehand, so that asking costs wrk next to nothing.
local threads = {}
function setup(thread)
   thread:set("number", #threads)
   threads[#threads + 1] = thread
end

local requests, at = {}, 0

function init(args)
   if args[2] then wrk.headers["Accept-Encoding"] = args[2] end
   for path in io.lines(args[1]) do
      requests[#requests + 1] = wrk.format("GET", path)
   end
   -- Each thread begins elsewhere: two that ask in step would meet in every cache.
   at = math.floor(#requests * (number * 0.381966 % 1))
   -- The CPU time of the whole program up to here: preparing is no part of asking.
   prepared = os.clock()
end

function request()
   at = at % #requests + 1
   return requests[at]
end

function done(summary, latency)
   local errors, asking = summary.errors, os.clock() - threads[#threads]:get("prepared")
   io.write(string.format(
      "\nmeasured requests=%d us=%d p50=%d p99=%d status=%d socket=%d cpu=%d\n",
      summary.requests, summary.duration, latency:percentile(50), latency:percentile(99),
      errors.status, errors.connect + errors.read + errors.write + errors.timeout, asking * 1e6))
end
