-- Run by wrk: sends each webhook of a file of presign.mjs once, and reports as one line of JSON. Without a
-- file it sends a GET of the URL again and again.
--
--   wrk … -s webhooks.lua URL -- FILE OFFSET SIGNATURE_HEADER
--
-- One thread only: threads would send the same webhooks.

local threads = {}

function setup(thread)
  table.insert(threads, thread)
end

local function u32(text, at)
  local a, b, c, d = text:byte(at, at + 3)
  return a + b * 256 + c * 65536 + d * 16777216
end

local function next_webhook()
  local sizes = file:read(8)
  if not sizes then
    -- Nothing new is left: what follows would measure repeats, so the run ends here.
    exhausted = 1
    wrk.thread:stop()
    return head .. "\r\nContent-Length: 2\r\n\r\n{}"
  end
  local body = file:read(u32(sizes, 1))
  local signature = file:read(u32(sizes, 5))
  offset = offset + 8 + #body + #signature
  return head .. signature .. "\r\nContent-Length: " .. #body .. "\r\n\r\n" .. body
end

function init(args)
  offset = 0
  exhausted = 0
  if not args[1] then return end
  file = assert(io.open(args[1], "rb"))
  offset = tonumber(args[2])
  file:seek("set", offset)
  head = "POST " .. wrk.path .. " HTTP/1.1\r\nHost: " .. wrk.host .. ":" .. wrk.port ..
    "\r\nContent-Type: application/json; charset=utf-8\r\n" .. args[3] .. ": "
  request = next_webhook
end

function done(summary, latency, requests)
  local errors = summary.errors
  io.write(string.format(
    '\n{"requests":%d,"seconds":%.6f,"p50_ms":%.3f,"p99_ms":%.3f,"max_ms":%.3f,"bad_status":%d,' ..
    '"socket_errors":%d,"offset":%d,"exhausted":%s}\n',
    summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,
    latency.max / 1e3, errors.status, errors.connect + errors.read + errors.write + errors.timeout,
    threads[1]:get("offset"), threads[1]:get("exhausted") == 1 and "true" or "false"))
end
