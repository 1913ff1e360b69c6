-- What wrk sends: one token a request, in turn; each write with a key of its own.
-- wrk .. -s load.lua URL -- SCENARIO FOLDER RUN
-- FOLDER holds tokens.txt and, for check-ins, codes.txt (one good code per activity).

local threads = 0

function setup(thread)
   thread:set("number", threads)
   threads = threads + 1
end

local function read_lines(path)
   local lines = {}
   for line in io.lines(path) do lines[#lines + 1] = line end
   return lines
end

local function uuid(kind, n)
   return string.format("01900000-0000-7000-8%03d-1%011d", kind, n)
end

local tokens, codes, run, scenario
local sent, turn = 0, 0

function init(args)
   scenario, run = args[1], args[3]
   tokens = read_lines(args[2] .. "/tokens.txt")
   if scenario == "check_in" then codes = read_lines(args[2] .. "/codes.txt") end
   math.randomseed(number + 1)
   -- The two threads take every other token, so that nobody is met twice.
   turn = number - 1
end

local goods = 200

function request()
   sent = sent + 1
   turn = turn + 2
   if scenario == "plain" then return wrk.format("GET", "/healthz") end
   local headers = { ["Authorization"] = "Bearer " .. tokens[turn % #tokens + 1] }
   if scenario == "home" then return wrk.format("GET", "/v1/me", headers) end
   headers["Content-Type"] = "application/json"
   headers["Idempotency-Key"] = string.format("bench-%s-%d-%09d", run, number, sent)
   if scenario == "check_in" then
      local body = string.format('{"code":"%s"}', codes[math.random(#codes)])
      return wrk.format("POST", "/v1/check-ins", headers, body)
   end
   local body = string.format('{"session_id":"%s","goods_id":"%s","quantity":1}',
      uuid(11, 0), uuid(7, math.random(goods) - 1))
   return wrk.format("POST", "/v1/redemptions", headers, body)
end

-- One line of JSON, the last of the output.
function done(summary, latency)
   local e = summary.errors
   io.write(string.format(
      '{"requests":%d,"seconds":%.6f,"refused":%d,"broken":%d,"p50_ms":%.3f,"p99_ms":%.3f}\n',
      summary.requests, summary.duration / 1e6, e.status,
      e.connect + e.read + e.write + e.timeout,
      latency:percentile(50) / 1e3, latency:percentile(99) / 1e3))
end
