-- KEYS: latest session of the user
-- ARGV: prefix of sessions, id of the user
local latest = redis.call('GET', KEYS[1])
redis.call('DEL', KEYS[1])
if not latest or string.sub(latest, 1, #ARGV[1]) ~= ARGV[1] then
  return 0
end
local session = redis.call('GET', latest)
if not session or read(session).userId ~= ARGV[2] then
  return 0
end
return redis.call('DEL', latest)
