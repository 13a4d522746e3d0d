-- KEYS: latest session of the user, user
-- ARGV: prefix of sessions
local latest = redis.call('GET', KEYS[1])
if not latest or string.sub(latest, 1, #ARGV[1]) ~= ARGV[1] then
  return false
end
local session = redis.call('GET', latest)
return session and {string.sub(latest, #ARGV[1] + 1), session, redis.call('GET', KEYS[2])}
