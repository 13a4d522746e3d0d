-- KEYS: session, user, user's id by the e-mail address that was seen, the same by the new address
-- ARGV: user that was seen, new user, id of the user
if redis.call('EXISTS', KEYS[1]) == 0 then
  return 0
end
if redis.call('GET', KEYS[2]) ~= ARGV[1] then
  return 2
end
if KEYS[3] ~= KEYS[4] then
  local owner = redis.call('GET', KEYS[4])
  if owner and owner ~= ARGV[3] then
    return -1
  end
  if redis.call('GET', KEYS[3]) == ARGV[3] then
    redis.call('DEL', KEYS[3])
  end
  redis.call('SET', KEYS[4], ARGV[3])
end
redis.call('SET', KEYS[2], ARGV[2])
return 1
