-- KEYS: session, new key of the session
-- ARGV: new token, new expiry, prefix of latest sessions
local text = redis.call('GET', KEYS[1])
if not text then
  return 0
end
if redis.call('EXISTS', KEYS[2]) == 1 then
  return 2
end
local session = read(text)
local renamed = with(text, 'sessionToken', session.sessionToken, ARGV[1])
renamed = renamed and with(renamed, 'expires', session.expires, ARGV[2])
if not renamed then
  return -1
end
redis.call('DEL', KEYS[1])
redis.call('SET', KEYS[2], renamed)
redis.call('SET', ARGV[3] .. session.userId, KEYS[2])
return 1
