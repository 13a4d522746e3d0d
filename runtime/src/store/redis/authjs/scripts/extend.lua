-- KEYS: session
-- ARGV: expiry that was seen, up to its seconds, new expiry, prefix of latest sessions
local text = redis.call('GET', KEYS[1])
if not text then
  return 0
end
local session = read(text)
local extended = with(text, 'expires', session.expires, ARGV[2])
if not extended then
  return -1
end
if string.sub(session.expires, 1, 19) ~= ARGV[1] then
  return 0
end
redis.call('SET', KEYS[1], extended)
redis.call('SET', ARGV[3] .. session.userId, KEYS[1])
return 1
