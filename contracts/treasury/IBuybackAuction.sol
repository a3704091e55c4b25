// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

/// @dev One auction of `lot` of an asset for CXT.
/// @param startPrice CXT wei for 1e18 wei of the asset at the begin.
/// @param floorPrice The price never falls below it.
/// @param startedAt Second of the begin; it lasts `DURATION` = 1 day.
/// @param sold Sold so far.
struct Auction {
    uint128 lot;
    uint128 sold;
    uint128 startPrice;
    uint128 floorPrice;
    uint40 startedAt;
}

/// @title IBuybackAuction
/// @notice Sells what the treasury holds in other assets for CXT at a falling price, and burns the CXT.
/// @dev No oracle, no order on any exchange: who finds the price fair buys. The price falls linearly from start to floor within a day.
/// CXT itself is never sold. What is left returns to the treasury.
interface IBuybackAuction {
    event TermsChanged(address indexed asset, uint256 lotCap, uint256 startPrice, uint256 floorPrice);
    event AuctionStarted(address indexed asset, uint256 lot, uint256 startPrice, uint256 floorPrice);
    event Bought(address indexed asset, address indexed buyer, uint256 amount, uint256 burned, uint256 price);
    event AuctionEnded(address indexed asset, uint256 returned);

    error BuybackNotCXT(address asset);
    error BuybackNoTerms(address asset);
    error BuybackBadTerms(bytes32 term, uint256 value, uint256 limit);
    error BuybackRunning(address asset, uint256 endsAt);
    error BuybackNotRunning(address asset);
    error BuybackTooExpensive(uint256 price, uint256 maxPrice);
    error BuybackTooMuch(uint256 amount, uint256 left);

    /// @notice Chooses what is sold at most in one auction, and between which prices. Restricted to DAO. A lot of zero ends it.
    function setTerms(address asset, uint128 lotCap, uint128 startPrice, uint128 floorPrice) external;

    /// @notice Starts an auction of at most the lot cap, from the Buyback budget. Open to anyone; one per asset and day.
    function start(address asset) external returns (uint256 lot);

    /// @notice Buys `amount` at the present price, at most `maxPrice`; the CXT comes from the caller and is burned. Price rounded up.
    function buy(address asset, uint256 amount, uint256 maxPrice) external returns (uint256 cost);

    /// @notice Returns what is left to the treasury once the auction is over. Open to anyone.
    function end(address asset) external;

    function priceOf(address asset) external view returns (uint256 price);
    function auctionOf(address asset) external view returns (Auction memory);
    function termsOf(address asset) external view returns (uint256 lotCap, uint256 startPrice, uint256 floorPrice);
}
