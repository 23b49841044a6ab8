/** Names of the permissions that our nodes need. Browser safe. */
export const BASIC_SCOPE = 'instagram_business_basic';
export const MESSAGES_SCOPE = 'instagram_business_manage_messages';
export const PUBLISH_SCOPE = 'instagram_business_content_publish';
export const COMMENTS_SCOPE = 'instagram_business_manage_comments';
