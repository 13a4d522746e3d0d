-- KEYS: session
-- ARGV: prefix of users
local session = redis.call('GET', KEYS[1])
if not session then
  return false
end
local user = user_id(session)
return {session, user and redis.call('GET', ARGV[1] .. user)}
